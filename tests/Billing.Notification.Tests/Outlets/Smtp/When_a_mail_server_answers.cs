using Billing.Notification.Delivering;
using Billing.Notification.Outlets.Smtp;

namespace Billing.Notification.Tests.Outlets.Smtp;

public sealed class When_a_mail_server_answers
{
    [Theory]
    // the recipient or the text: theirs alone
    [InlineData(SmtpStage.Recipient, 450, "4.2.1 mailbox busy", ProviderAnswer.Deferred)]
    [InlineData(SmtpStage.Recipient, 550, "5.1.1 no such user", ProviderAnswer.Rejected)]
    [InlineData(SmtpStage.Content, 451, "4.7.1 greylisted", ProviderAnswer.Deferred), InlineData(SmtpStage.Content, 554, "5.7.1 spam", ProviderAnswer.Rejected)]
    [InlineData(SmtpStage.Data, 554, "no valid recipients", ProviderAnswer.Rejected)]
    // the server, our password or our address: nobody's message fails for it
    [InlineData(SmtpStage.Opening, 554, "5.7.1 you are blocked", ProviderAnswer.Unavailable)]
    [InlineData(SmtpStage.Opening, 535, "5.7.8 wrong password", ProviderAnswer.Unavailable)]
    [InlineData(SmtpStage.Sender, 550, "5.7.1 not from this address", ProviderAnswer.Unavailable)]
    [InlineData(SmtpStage.Recipient, 530, "5.7.0 sign in first", ProviderAnswer.Unavailable)]
    [InlineData(SmtpStage.Recipient, 421, "4.3.2 shutting down", ProviderAnswer.Unavailable)]
    [InlineData(SmtpStage.Data, 250, "that is no answer to DATA", ProviderAnswer.Unavailable)]
    // our haste
    [InlineData(SmtpStage.Content, 454, "Throttling failure: Maximum sending rate exceeded.", ProviderAnswer.TooFast)]
    [InlineData(SmtpStage.Opening, 421, "4.7.28 unusual rate of mail", ProviderAnswer.TooFast)]
    [InlineData(SmtpStage.Recipient, 452, "4.5.3 Too many messages in this minute", ProviderAnswer.TooFast)]
    public void Should_tell_whose_fault_it_is(object stage, int code, string text, object answer) =>
        Assert.Equal(new ProviderReply((ProviderAnswer)answer, $"{code} {text}"),
            SmtpAnswers.Of(new SmtpOutcome.Rejected((SmtpStage)stage, new SmtpReply(code, text))));

    [Fact]
    public void Should_keep_all_of_its_words_and_mask_addresses_in_them() =>
        Assert.Equal("550 5.1.1 The account <j***@example.com> does not exist. 5.1.1 Check for typos.",
            SmtpAnswers.Of(new SmtpOutcome.Rejected(SmtpStage.Recipient,
                new SmtpReply(550, "5.1.1 The account <jane@example.com> does not exist.", "5.1.1 Check for typos."))).Words);

    [Theory]
    [InlineData(SmtpStage.Opening, ProviderAnswer.Unavailable), InlineData(SmtpStage.Recipient, ProviderAnswer.Unavailable)]
    [InlineData(SmtpStage.Data, ProviderAnswer.Unavailable), InlineData(SmtpStage.Content, ProviderAnswer.Lost)]
    public void Should_be_in_doubt_only_once_the_mail_has_gone_out(object stage, object answer) =>
        Assert.Equal(answer, SmtpAnswers.Of(new SmtpOutcome.Broken((SmtpStage)stage, "The server closed the connection.")).Answer);
}

using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Correct.Correcting;

/// <summary>The bodies of <c>contracts/README.md</c> that need open invoices: four of 10.00, numbered 1 to 4, the last one acme's. Each is sent twice.</summary>
public class When_a_person_pastes_a_correction(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_do_what_it_says_and_do_it_once()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        string[] ids = ["aaron", "abby", "abe", "acme"];
        await house.RegisterAsync([.. ids.Select(id => Sample.Account(id) with { ManualPayment = true })]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);
        await house.CloseAsync("2026-10");
        Assert.Equal("INV-000000004", (await house.InvoiceAsync("acme")).Number);

        await PasteTwiceAsync<VoidInvoice, InvoiceVoided>();
        await PasteTwiceAsync<ReissueInvoice, InvoiceReissued>();
        await PasteTwiceAsync<WriteOffInvoice, InvoiceWrittenOff>();
        await house.TellAsync(new RecordPayment { PaymentId = "all", AccountId = "acme", Amount = 10.00m, Currency = "USD" });
        await house.HearsAsync<PaymentRecorded>(payment => payment.AccountId == "acme");
        await house.Broker.PasteAsync(Exchange<GrantCredit>(), ReadmeExamples.All[Exchange<GrantCredit>()]);
        await Eventually.HoldsAsync(async () => (await house.BalanceAsync("acme")).Credit == 5.00m, "the credit is granted");
        await PasteTwiceAsync<RevokeCredit, CreditRevoked>();
        // credit pays what is open by itself, so nothing is left to apply it to
        await house.Broker.PasteAsync(Exchange<ApplyCredit>(), ReadmeExamples.All[Exchange<ApplyCredit>()]);
        await house.IsRefusedAsync(nameof(ApplyCredit), "");

        Assert.Equal((0m, 3.00m), await house.BalanceAsync("acme"));
        await house.BooksAgreeAsync("2026-10");
        await house.ReportTiesAsync("2026-10");
    }

    async Task PasteTwiceAsync<TCommand, TAnswer>()
        where TAnswer : class
    {
        await house.Broker.PasteAsync(Exchange<TCommand>(), ReadmeExamples.All[Exchange<TCommand>()]);
        await house.Broker.PasteAsync(Exchange<TCommand>(), ReadmeExamples.All[Exchange<TCommand>()]);
        await house.HearsAsync<TAnswer>();
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "both messages are handled");
        Assert.Single(house.Heard<TAnswer>());
    }

    static string Exchange<T>() => $"{typeof(T).Namespace}:{typeof(T).Name}";
}

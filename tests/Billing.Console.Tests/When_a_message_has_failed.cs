using Billing.Console.Tests.House;
using Billing.Contracts.Notification.V1;
using Microsoft.Playwright;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed class When_a_message_has_failed(ConsoleHouse house)
{
    [Fact]
    public async Task Should_be_sent_again_when_the_reason_is_gone()
    {
        var id = Guid.NewGuid();
        await house.PublishAsync(new SendEmail { NotificationId = id, WorkspaceId = "somebody", To = "jane@gone.example", Subject = "Hello", Text = "Hello" });
        var page = await house.VisitAsync("/admin/queues");
        var row = page.Locator($"#failed-{id}");
        await Assertions.Expect(row).ToContainTextAsync("j***@gone.example", new() { Timeout = 60_000 });       // masked for everyone
        house.Mail.IsOpen = true;
        await row.GetByText("Send again").ClickAsync();
        await page.SeesAsync("It is sent once more if it failed.");
        await page.ConfirmAsync("It was accepted.");
        await page.ClickAsync("a.act.main");
        await Assertions.Expect(row).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await page.Context.CloseAsync();
    }
}

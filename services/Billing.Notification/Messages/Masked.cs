namespace Billing.Notification.Messages;

/// <summary>Addresses of people as logs may show them.</summary>
public static class Masked
{
    /// <summary><c>jane.doe@example.com</c> becomes <c>j***@example.com</c>.</summary>
    public static string Email(string address) =>
        address.LastIndexOf('@') is > 0 and var at ? $"{address[0]}***{address[at..]}" : "***";

    /// <summary><c>+4930123456</c> becomes <c>+49***56</c>.</summary>
    public static string Phone(string number) => number.Length > 6 ? $"{number[..3]}***{number[^2..]}" : "***";
}

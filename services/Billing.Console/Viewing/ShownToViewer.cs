using Billing.Hosting.Http;
using Billing.Hosting.Logging;

namespace Billing.Console.Viewing;

static class ShownToViewer
{
    /// <summary>
    /// A page, as he may see it: addresses and telephone numbers of people are masked wherever they stand. A plus sign is written as its number.
    /// </summary>
    public static string ShownPage(this Caller viewer, string html) =>
        viewer.May(Rights.Personal) ? html : Masked.Text(html.Replace("&#x2B;", "+", StringComparison.Ordinal));
}

using Billing.MonthClose.Look.Papers;
using Billing.MonthClose.Look.Papers.Pdf;

namespace Billing.MonthClose.Tests.Look.Papers;

/// <summary>Renders a paper of the samples in a process of its own: <c>dotnet Billing.MonthClose.Tests.dll PAPER FORMAT FILE</c>.</summary>
static class Program
{
    public static void Main(string[] args)
    {
        IPaperRendering[] renderings = [new PdfRendering(PaperWords.English), new HtmlRendering(PaperWords.English)];
        File.WriteAllBytes(args[2], renderings.Single(rendering => rendering.Format == args[1]).Render(SamplePapers.Named(args[0])));
    }
}

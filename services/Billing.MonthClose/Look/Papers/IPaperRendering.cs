namespace Billing.MonthClose.Look.Papers;

/// <summary>Makes a paper in one format. The same paper gives the same bytes, in whatever culture, time zone and process.</summary>
/// <remarks>Another format, such as UBL for EN 16931, is another class that is registered: all that it can say is in <see cref="Paper"/>.</remarks>
interface IPaperRendering
{
    /// <summary>Ends the file's name and the address, such as <c>pdf</c>.</summary>
    string Format { get; }

    string MediaType { get; }

    /// <summary>What renders, and which version of it: kept beside what it made.</summary>
    string RenderedBy { get; }

    byte[] Render(Paper paper);
}

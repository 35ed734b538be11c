using Billing.Cli.Importing;

namespace Billing.Cli.Tests.Importing;

public sealed class When_a_file_has_bad_rows
{
    [Fact]
    public void Should_pass_the_good_ones_on_and_write_the_bad_ones_down()
    {
        var written = new List<string>();
        var report = new ImportReport(written.Add);
        var good = report.GoodOf([ImportRow.Good(2, "a"), ImportRow.Bad<string>(3, new Fault("quantity", "x", "a number")), ImportRow.Good(4, "b")]).ToList();
        Assert.Equal(["a", "b"], good);
        Assert.Equal(["line 3, quantity: 'x', expected a number"], written);
        Assert.Equal((2, 1), (report.Good, report.Bad));
    }

    [Fact]
    public void Should_stop_writing_when_the_whole_file_is_wrong()
    {
        var written = new List<string>();
        var report = new ImportReport(written.Add);
        Assert.Empty(report.GoodOf(Enumerable.Range(1, 1_000).Select(line => ImportRow.Bad<string>(line, new Fault("f", $"x{line}", "y")))));
        Assert.Equal(ImportReport.Shown + 1, written.Count);
        Assert.Equal(1_000, report.Bad);
    }

    [Fact]
    public void Should_say_a_bad_value_once_with_its_count_and_first_lines()
    {
        var written = new List<string>();
        var report = new ImportReport(written.Add);
        Assert.Empty(report.GoodOf(Enumerable.Range(2, 50).Select(line => ImportRow.Bad<string>(line, new Fault("SubAccountId", "x\u200B", "an id")))));
        Assert.Equal(["lines 2, 3, 4 and 47 more, SubAccountId: 'x\\u200b', expected an id"], written);
        report.Refuse(60, ["twice"]);
        report.Refuse(70, ["twice"]);
        report.Write();
        Assert.Equal("lines 60 and 70, twice", written[^1]);
        Assert.Equal(52, report.Bad);
    }
}

using System.Globalization;

namespace Billing.Cli.Tests.Importing;

/// <summary>A file of many rows that is never whole in memory.</summary>
sealed class EndlessCsv(string header, string row, int rows) : TextReader
{
    string _now = header;
    int _at;
    int _row;

    public override int Read(char[] buffer, int index, int count)
    {
        if (_at == _now.Length)
        {
            if (_row == rows)
                return 0;
            (_now, _at) = (string.Format(CultureInfo.InvariantCulture, row, _row++), 0);
        }

        var length = Math.Min(count, _now.Length - _at);
        _now.CopyTo(_at, buffer, index, length);
        _at += length;
        return length;
    }

    public override int Read() => throw new NotSupportedException();

    public override int Peek() => throw new NotSupportedException();
}

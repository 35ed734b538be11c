using System.Diagnostics;

namespace Billing.Testing;

static class TestProcess
{
    /// <summary>True when there is a process of this number on this machine.</summary>
    public static bool Lives(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

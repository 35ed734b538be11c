using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Billing.SimulatedGateway.Rules;

/// <summary>
/// Chance that repeats: drawn from what is asked, who asks and how often he did, not from a shared generator. So the same month meets the same luck
/// in any order of arrival, and who comes again draws again.
/// </summary>
static class Luck
{
    public static double Of(int seed, string about, string who, int nth) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{about}:{nth}:{who}"))) >> 11) / (double)(1UL << 53);
}

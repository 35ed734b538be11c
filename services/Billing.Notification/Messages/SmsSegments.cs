namespace Billing.Notification.Messages;

/// <summary>The segments by which providers bill an SMS: 160 characters of the GSM alphabet, 153 in each of several; for any other text 70 and 67.</summary>
static class SmsSegments
{
    /// <summary>The GSM 7-bit default alphabet (3GPP TS 23.038) without its escape.</summary>
    const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    /// <summary>Each of these takes two places.</summary>
    const string Extended = "\f^{}\\[~]|€";

    public static int Of(string text)
    {
        var isGsm = text.All(one => Basic.Contains(one, StringComparison.Ordinal) || Extended.Contains(one, StringComparison.Ordinal));
        var (alone, together) = isGsm ? (160, 153) : (70, 67);
        var places = isGsm
            ? text.Select(one => Extended.Contains(one, StringComparison.Ordinal) ? 2 : 1)
            : text.EnumerateRunes().Select(rune => rune.Utf16SequenceLength);
        var (all, segments, left) = (0, 0, 0);
        foreach (var place in places)
        {
            // A character that takes two places is not cut in half.
            if (left < place)
                (segments, left) = (segments + 1, together);
            (all, left) = (all + place, left - place);
        }

        return all <= alone ? 1 : segments;
    }
}

using System.Text;

namespace Datacurve.Server.Qa.Sandboxes;

/// <summary>The end of an output, for a message that a person reads.</summary>
internal static class OutputTail
{
    private const int BytesMax = 2000;

    public static string Of(params ReadOnlySpan<byte[]> outputs)
    {
        var parts = new List<string>();
        foreach (var output in outputs)
        {
            var text = Encoding.UTF8.GetString(output.AsSpan(Math.Max(0, output.Length - BytesMax))).Trim();
            if (text.Length > 0)
                parts.Add(text);
        }
        return parts.Count == 0 ? "(no output)" : string.Join('\n', parts);
    }
}

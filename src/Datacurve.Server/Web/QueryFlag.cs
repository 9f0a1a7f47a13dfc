namespace Datacurve.Server.Web;

/// <summary>Yes or no in a query: <c>true</c> or <c>1</c>, <c>false</c> or <c>0</c>.</summary>
internal readonly record struct QueryFlag(bool IsOn)
{
    public static bool TryParse(string? text, out QueryFlag flag)
    {
        var isKnown = bool.TryParse(text, out var isOn) || text is "0" or "1";
        flag = new QueryFlag(isOn || text is "1");
        return isKnown;
    }
}

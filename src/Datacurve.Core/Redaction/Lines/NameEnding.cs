using System.Buffers;
using Datacurve.Core.Redaction.Assigned;
using Datacurve.Core.Redaction.Names;

namespace Datacurve.Core.Redaction.Lines;

/// <summary>How a name says that its value is below.</summary>
internal enum NameWay
{
    None,

    /// <summary><c>- name: DB_PASSWORD</c>: the value is a member of the same object.</summary>
    Member,

    /// <summary><c>password: &gt;-</c>: a sign stands behind the name, the value below.</summary>
    Sign,

    /// <summary><c>set("password",</c>: the name is an argument, and the value is the next one.</summary>
    Argument,

    /// <summary><c>$ echo $DB_PASSWORD</c>: the name was asked for, and is answered.</summary>
    Shown,

    /// <summary>It is in the heading of a table.</summary>
    Column,

    /// <summary>Codes stand below that stand in for a second factor.</summary>
    Codes,
}

/// <summary>A line that ends in the name of a secret.</summary>
/// <param name="Way">How the value stands below.</param>
/// <param name="Name">The name; for an argument the line up to its end.</param>
internal readonly record struct NameEnding(NameWay Way, string Name)
{
    private const int BehindNameMax = 8;
    private const int NameCharsMin = 3;
    private const int PromptCharsMax = 40;
    private const int LabelCharsMax = 60;
    private const int WordsMax = 3;

    private static readonly SearchValues<char> BehindName = SearchValues.Create(" \t\"'`,:=\\|>-+(?");
    private static readonly SearchValues<char> BehindShown = SearchValues.Create(" \t\"'`)}];.");
    private static readonly SearchValues<char> WordEnds = SearchValues.Create(" =/\"'{}");
    private static readonly SearchValues<char> Joints = SearchValues.Create("_-.ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly SearchValues<char> HereChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
    );
    private static readonly SearchValues<string> Askers = SearchValues.Create(
        [
            "cat ",
            "echo ",
            "printenv ",
            "print",
            "get ",
            "get-",
            ":get ",
            "show ",
            "read ",
            "access ",
            "puts ",
            "console.",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    // Whatever these print is a secret: what follows the last word before a bar is all that they take.
    private static readonly SearchValues<string> Stores = SearchValues.Create(
        [
            "gcloud secrets versions access",
            "aws ssm get-parameter",
            "aws secretsmanager get-secret-value",
            "az keyvault secret show",
            "vault kv get -field",
            "vault read -field",
            "kubectl get secret",
            "heroku config:get",
            "doppler secrets get",
            "op read",
            "op item get",
            "pass show",
            "security find-generic-password",
        ],
        StringComparison.Ordinal
    );

    private const string SecretOfStore = "client_secret";
    private const string PasswordOfStore = "password";

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> NameMembers =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "name",
            "key",
            "ParameterKey",
            "OutputKey",
            "OptionName",
            "option",
            "variable",
            "var",
            "env",
            "envVar",
            "field",
            "property",
            "setting",
            "header",
            "attribute",
            "id",
            "type",
        }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What a line without blanks at its end says.</summary>
    public static NameEnding Of(ReadOnlySpan<char> text)
    {
        if (Shown(text) is { Way: not NameWay.None } shown)
            return shown;
        text = WithoutHereDocument(text);
        if (NamedByAddress(text) is { Length: > 0 } address)
            return new NameEnding(NameWay.Member, address);
        if (NamedByAttribute(text) is { Length: > 0 } attribute)
            return new NameEnding(NameWay.Member, attribute);
        // variable "db_password" {
        var isBlock = text.EndsWith("\" {");
        var end =
            isBlock ? text.Length - 2
            : text.EndsWith(">") && text.LastIndexOf("</") is var tag and > 0 ? tag
            : text.Length;
        if (!TryName(text[..end], BehindName, out var start, out end, out var name))
            return default;
        var before = text[..start];
        var behind = text[end..];
        if (isBlock)
            return new NameEnding(NameWay.Member, name);
        if (before.StartsWith("Content-Disposition: "))
            return new NameEnding(NameWay.Sign, name);
        var hasSign = behind.ContainsAny(':', '=');
        if (IsNameMember(before))
            return hasSign ? default : new NameEnding(NameWay.Member, name);
        if (hasSign || IsAlone(before, behind, name))
            return new NameEnding(NameWay.Sign, name);
        // The hyphens before an option are taken for a line's prefix.
        if (start == 0 && (behind.EndsWith("\\") || behind.EndsWith(" `")))
            return new NameEnding(NameWay.Argument, $"--{text[..end]} ");
        return text[start] == '-' || behind.Contains(',') && before.Contains('(')
            ? new NameEnding(NameWay.Argument, text.TrimEnd("\\ ").ToString() + " ")
            : default;
    }

    // "NAME", of a list; <name> of an element; words that are a label.
    private static bool IsAlone(ReadOnlySpan<char> before, ReadOnlySpan<char> behind, string name)
    {
        if (before is "\"" or "'")
            return behind.Length < 3
                && behind.StartsWith(before)
                && behind[1..] is "" or ","
                && name.AsSpan().ContainsAny(Joints);
        if (before is "<")
            return behind is ">";
        var label = before.TrimStart("? ");
        return behind is "" or "?"
            && label.Length + name.Length < LabelCharsMax
            && !label.ContainsAnyExcept(ValueMember.LabelChars)
            && char.IsAsciiLetterUpper(label.IsEmpty ? name[0] : label[0])
            && (!label.IsEmpty || name.Contains('_'));
    }

    // password = <<~VALUE
    private static ReadOnlySpan<char> WithoutHereDocument(ReadOnlySpan<char> text)
    {
        var at = text.LastIndexOf("<<");
        return at > 0 && !text[at..].TrimStart("<~-'\"").TrimEnd("'\"").ContainsAnyExcept(HereChars)
            ? text[..at].TrimEnd()
            : text;
    }

    // <setting name="AdminPassword" serializeAs="String">
    private static string NamedByAttribute(ReadOnlySpan<char> text)
    {
        const string attribute = " name=\"";
        var at = text.StartsWith("<") && text.EndsWith("\">") ? text.IndexOf(attribute) : -1;
        if (at < 0)
            return "";
        var name = text[(at + attribute.Length)..];
        name = name[..Math.Max(0, name.IndexOf('"'))];
        return name.IsEmpty || SecretName.KindOf(name) == NameKind.None ? "" : name.ToString();
    }

    /// <summary>What stands before the value where both are on one line.</summary>
    public string Before(string quote) =>
        Way == NameWay.Codes ? $"{Name}: "
        : Way == NameWay.Argument ? Name + quote
        : quote.Length > 0 ? $"{quote}{Name}{quote}: {quote}"
        : $"{Name}: ";

    // Behind a prompt of a shell, a language or a debugger, or of a command that prints what is named.
    private static NameEnding Shown(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(Stores))
            return new NameEnding(NameWay.Shown, OfStore(text));
        // ==> secrets/db_password <==, as head has it
        var isFile = text.StartsWith("==> ") && text.EndsWith(" <==");
        var end =
            isFile ? text.Length - 4
            : text.IndexOf(" | ") is var pipe and > 0 ? pipe
            : text.Length;
        if (text[..end].EndsWith(".txt"))
            end -= 4;
        if (!TryName(text[..end], BehindShown, out var start, out end, out var name))
            return default;
        var before = text[..start];
        var prompt = before[..Math.Min(before.Length, PromptCharsMax)];
        var isReply = text.IndexOf(") \"") is > 0 and var bracket && bracket + 3 == start;
        var isAsked =
            isFile
            || isReply
            || prompt.Contains("> ", StringComparison.Ordinal)
            || prompt.StartsWith("(")
            || before.ContainsAny(Askers);
        return isAsked ? new NameEnding(NameWay.Shown, name) : default;
    }

    // A password is judged as one, and whatever else is kept there as a key.
    private static string OfStore(ReadOnlySpan<char> text)
    {
        foreach (var word in text.SplitAny(WordEnds))
            if (SecretName.KindOf(NameIn(text[word])) == NameKind.Password)
                return PasswordOfStore;
        return SecretOfStore;
    }

    // "id": "https://shop.vault.azure.net/secrets/NAME/0a1b…",
    private static string NamedByAddress(ReadOnlySpan<char> text)
    {
        const string folder = "/secrets/";
        var at = text.IndexOf(folder);
        if (at < 0 || !text.StartsWith("\"id\": \"https://"))
            return "";
        var name = text[(at + folder.Length)..];
        return name.IndexOf('/') is var end and > 0
            ? SecretName.KindOf(name[..end]) == NameKind.Password
                ? PasswordOfStore
                : SecretOfStore
            : "";
    }

    // A name may be of several words: slack signing secret.
    private static bool TryName(
        ReadOnlySpan<char> text,
        SearchValues<char> behind,
        out int start,
        out int end,
        out string name
    )
    {
        end = text.LastIndexOfAnyExcept(behind) + 1;
        start = end;
        name = "";
        if (text.Length - end > BehindNameMax)
            return false;
        for (var words = 0; words < WordsMax; words++)
        {
            start = text[..start].LastIndexOfAnyExcept(Assignments.NameChars) + 1;
            name = NameIn(text[start..end]).Replace(' ', '_');
            if (name.Length >= NameCharsMin && SecretName.KindOf(name) != NameKind.None)
                return true;
            if (start < 2 || text[start - 1] != ' ')
                return false;
            start--;
        }
        return false;
    }

    private static string NameIn(ReadOnlySpan<char> text) => text.TrimStart("-$.").ToString();

    // name: NAME, "key": "NAME", <name>NAME and "Name": "/shop/NAME"
    private static bool IsNameMember(ReadOnlySpan<char> before)
    {
        if (before.EndsWith("/"))
            before = before[..(before.LastIndexOfAny(" \"'>") + 1)];
        before = before.TrimEnd("\"'` ");
        return before.Length > 1
            && before[^1] is ':' or '=' or '>'
            && NameMembers.Contains(BelowValue.LastWord(before[..^1]));
    }
}

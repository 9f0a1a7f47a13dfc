namespace Datacurve.Core.Redaction.Personal;

/// <summary>
/// The user in <c>/home/NAME</c>, <c>/Users/NAME</c> and <c>C:\Users\NAME</c>; the rest of the path stays.
/// </summary>
internal static class HomeFolders
{
    public const string RuleId = "home-folder";
    private const int NameCharsMax = 64;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Nobodys = new HashSet<string>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        "user",
        "username",
        "users",
        "me",
        "you",
        "name",
        "yourname",
        "your-user",
        "your_user",
        "root",
        "runner",
        "runneradmin",
        "node",
        "vscode",
        "circleci",
        "ubuntu",
        "debian",
        "ec2-user",
        "centos",
        "admin",
        "administrator",
        "codespace",
        "coder",
        "gitpod",
        "vagrant",
        "pi",
        "jovyan",
        "app",
        "appuser",
        "git",
        "jenkins",
        "travis",
        "build",
        "builder",
        "linuxbrew",
        "default",
        "public",
        "shared",
        "all",
        "guest",
        "someuser",
        "someone",
        "somebody",
        "foo",
        "bar",
        "test",
        "tester",
        "testuser",
        "nobody",
        "www-data",
        "postgres",
        "deploy",
        "ci",
        "docker",
        "developer",
        "dev",
        "work",
        "project",
        "projects",
        "src",
        "index",
        "login",
        "page",
        "about",
        "contact",
        "dashboard",
        "settings",
        "profile",
        "home",
        "main",
        "news",
        "help",
        "static",
        "assets",
        "images",
        "img",
        "css",
        "js",
        "example",
        "demo",
        "xxx",
        "site",
        "web",
        "www",
        "data",
        "lib",
        "usr",
        "container",
        "oracle",
        "hadoop",
        "spark",
        "airflow",
        "jboss",
        "tomcat",
        "mambauser",
        "nonroot",
        "steam",
        "containeradministrator",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsNobodys(ReadOnlySpan<char> name) => Nobodys.Contains(name);

    /// <param name="text">The bytes of the piece as characters, escapes as they stand.</param>
    /// <param name="start">Where <c>/home/</c> or its like begins.</param>
    /// <param name="end">Where the name begins.</param>
    /// <param name="found">Takes what is found.</param>
    public static void Find(ReadOnlySpan<byte> text, int start, int end, List<Found> found)
    {
        var isWindows = text[start] == (byte)'\\';
        while (isWindows && end < text.Length && text[end] == (byte)'\\')
            end++;
        if (isWindows ? !IsDrive(text, start) : !IsRoot(text, start))
            return;
        var stop = end;
        while (stop < text.Length && stop - end < NameCharsMax && IsNameByte(text[stop]))
            stop++;
        if (
            stop == end
            || text[end] is (byte)'.' or (byte)'-'
            || (
                stop < text.Length
                && text[stop] is (byte)'$' or (byte)'{' or (byte)'<' or (byte)'*' or (byte)'('
            )
        )
            return;

        // A sentence's end is no part of the name.
        while (stop > end && text[stop - 1] == (byte)'.')
            stop--;
        Span<char> name = stackalloc char[NameCharsMax];
        for (var i = end; i < stop; i++)
            name[i - end] = PieceText.CharOf(text[i]);
        ReadOnlySpan<char> chars = name[..(stop - end)];
        if (!Nobodys.Contains(chars) && !Placeholder.IsIn(chars) && chars.ContainsAnyInRange('A', '\uffff'))
            found.Add(new Found(end, stop, RuleId, "user", Rank.Personal));
    }

    private static bool IsNameByte(byte c) =>
        char.IsAsciiLetterOrDigit((char)c) || c is (byte)'.' or (byte)'_' or (byte)'-' || c >= 0x80;

    // A folder of that name deeper in a path is the project's own.
    private static bool IsRoot(ReadOnlySpan<byte> text, int start)
    {
        if (start == 0)
            return true;
        var before = text[start - 1];
        if (before == (byte)':' || before == (byte)'/')
            return true;
        // /mnt/c/Users/NAME and /c/Users/NAME are Windows' from Linux.
        if (start >= 2 && text[start - 2] == (byte)'/' && char.IsAsciiLetter((char)before))
            return true;
        return !char.IsAsciiLetterOrDigit((char)before)
            && before is not ((byte)'.' or (byte)'_' or (byte)'-' or (byte)'}' or (byte)')' or (byte)'~');
    }

    private static bool IsDrive(ReadOnlySpan<byte> text, int start)
    {
        while (start > 0 && text[start - 1] == (byte)'\\')
            start--;
        return start >= 2 && text[start - 1] == (byte)':' && char.IsAsciiLetter((char)text[start - 2]);
    }
}

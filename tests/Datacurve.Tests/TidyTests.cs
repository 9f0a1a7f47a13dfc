using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Datacurve.Tests;

/// <summary>
/// The house style, as far as a machine can hold it: what depends on what, sizes and names.
/// </summary>
public sealed class TidyTests
{
    private const int FileLinesMax = 300;
    private const int FunctionLinesMax = 70;
    private const int LineLengthMax = 110;

    private static readonly string[] BannedNames =
    [
        "Manager",
        "Helper",
        "Helpers",
        "Util",
        "Utils",
        "Base",
        "Impl",
        "Common",
        "Shared",
        "Services",
        "Misc",
    ];

    // Which folders of the server each folder uses, as ARCHITECTURE.md has it.
    private static readonly Dictionary<string, string[]> Uses = new()
    {
        ["Auth"] = ["Originals", "Storage", "Web"],
        ["Blobs"] = ["Originals", "Privacy", "Storage", "Web"],
        ["Erasing"] = ["Auth", "Blobs", "Privacy", "Qa", "Storage", "Upkeep", "Web"],
        ["Originals"] = ["Blobs", "Storage", "Traces", "Upkeep", "Web"],
        ["Privacy"] = ["Blobs", "Storage"],
        ["Qa"] = ["Blobs", "Originals", "Privacy", "Storage", "Web"],
        ["Storage"] = ["Blobs"],
        ["Traces"] = ["Originals", "Privacy", "Storage", "Web"],
        ["Upkeep"] = ["Blobs", "Originals", "Storage"],
        ["Web"] = ["Auth", "Blobs", "Erasing", "Originals", "Qa", "Storage", "Traces"],
    };

    private static readonly string[] PortUsers = ["Traces", "Qa", "Auth"];

    // Ports and results that one feature offers to the others; everything else is its inside.
    private static readonly string[] Ports = ["Blobs/IBlobStore.cs", "Blobs/BlobReading.cs"];

    internal static readonly string Root = FindRoot();

    [Fact]
    public void Projects_depend_only_on_core()
    {
        Assert.Equal([], References("Datacurve.Core"));
        Assert.Equal(["Datacurve.Core"], References("Datacurve.Server"));
        Assert.Equal(["Datacurve.Core"], References("Datacurve.Cli"));
    }

    [Fact]
    public void Core_does_no_input_and_no_output() =>
        Assert.Empty(
            from path in Sources("src/Datacurve.Core")
            from access in Parse(path).DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            where
                access.Expression.ToString()
                    is "File"
                        or "Directory"
                        or "Process"
                        or "Console"
                        or "Environment"
            select $"{Relative(path)} uses {access}"
        );

    [Fact]
    public void Folders_of_the_server_use_each_other_as_the_table_says()
    {
        const string Server = "Datacurve.Server.";
        var used =
            from path in Sources("src/Datacurve.Server")
            let folder = Relative(path).Split('/')[2]
            // What lies in no folder composes, and knows every part.
            where !folder.EndsWith(".cs", StringComparison.Ordinal)
            from directive in Parse(path).DescendantNodes().OfType<UsingDirectiveSyntax>()
            let name = directive.NamespaceOrType.ToString()
            where name.StartsWith(Server, StringComparison.Ordinal)
            let other = name.Split('.')[2]
            where other != folder
            select $"{folder} uses {other}";

        Assert.Equal(
            Uses.SelectMany(folder => folder.Value.Select(other => $"{folder.Key} uses {other}")).Order(),
            used.Distinct().Order()
        );
    }

    [Fact]
    public void Of_blobs_other_features_use_the_port_alone()
    {
        var inside = Sources("src/Datacurve.Server/Blobs")
            .Where(path => !Ports.Contains("Blobs/" + Path.GetFileName(path)))
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .ToList();
        var wrong =
            from path in Sources("src/Datacurve.Server")
            where PortUsers.Contains(Relative(path).Split('/')[2])
            from name in inside
            where
                Regex.IsMatch(
                    File.ReadAllText(path),
                    $@"\b{name}\b",
                    RegexOptions.ExplicitCapture,
                    TimeSpan.FromSeconds(10)
                )
            select $"{Relative(path)} uses {name}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Files_are_short() =>
        Assert.Empty(
            Sources("src", "tests", "bench")
                .Select(path => (Path: Relative(path), Lines: File.ReadLines(path).Count()))
                .Where(file => file.Lines > FileLinesMax)
                .Select(file => $"{file.Path} has {file.Lines} lines")
        );

    [Fact]
    public void Lines_are_short() =>
        Assert.Empty(
            from path in Sources("src", "tests", "bench")
            from line in File.ReadLines(path).Index()
            // A literal cannot be broken without changing what it says.
            where line.Item.Length > LineLengthMax && !line.Item.Contains('"')
            select $"{Relative(path)}:{line.Index + 1} has {line.Item.Length} characters"
        );

    [Fact]
    public void Functions_are_short() =>
        Assert.Empty(
            from path in Sources("src", "tests", "bench")
            from function in Parse(path).DescendantNodes()
            where
                function
                    is BaseMethodDeclarationSyntax
                        or LocalFunctionStatementSyntax
                        or AccessorDeclarationSyntax
            let span = function.GetLocation().GetLineSpan()
            let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
            where lines > FunctionLinesMax
            select $"{Relative(path)}:{span.StartLinePosition.Line + 1} has a function of {lines} lines"
        );

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        var types =
            from path in Sources("src", "tests", "bench")
            from type in Parse(path).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            where BannedNames.Any(name => type.Identifier.Text.EndsWith(name, StringComparison.Ordinal))
            select $"{Relative(path)} declares {type.Identifier.Text}";
        var folders = Sources("src", "tests", "bench")
            .SelectMany(path => Relative(path).Split('/')[..^1])
            .Where(folder => BannedNames.Contains(folder))
            .Distinct();
        Assert.Empty(types.Concat(folders));
    }

    [Fact]
    public void Interfaces_have_two_implementations_or_stand_at_a_port()
    {
        var sources = Sources("src", "tests").Select(Parse).ToList();
        var bases = sources
            .SelectMany(source => source.DescendantNodes().OfType<BaseListSyntax>())
            .SelectMany(list => list.Types)
            .Select(type => type.Type.ToString())
            .ToList();
        var lonely = Sources("src")
            .SelectMany(path => Parse(path).DescendantNodes().OfType<InterfaceDeclarationSyntax>())
            .Select(type => type.Identifier.Text)
            .Where(name =>
                bases.Count(used => used == name || used.StartsWith(name + "<", StringComparison.Ordinal)) < 2
            );
        Assert.Empty(lonely);
    }

    [Fact]
    public void Every_setting_is_documented()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs/configuration.md"));
        var settings = Directory
            .GetFiles(Path.Combine(Root, "src/Datacurve.Server"), "OptionsReader*.cs")
            .SelectMany(path => Parse(path).DescendantNodes())
            .OfType<InvocationExpressionSyntax>()
            .Where(call =>
                call.Expression.ToString()
                    is "Number"
                        or "Bytes"
                        or "Text"
                        or "Choice"
                        or "Flag"
                        or "Url"
                        or "Scopes"
            )
            .Select(call => call.ArgumentList.Arguments[0].Expression)
            .OfType<LiteralExpressionSyntax>()
            .Select(name => name.Token.ValueText)
            .ToList();
        Assert.True(settings.Count > 20, "the settings were not found in OptionsReader.cs");
        Assert.All(settings, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Tests_that_the_documents_name_exist()
    {
        var tests = Directory
            .EnumerateFiles(
                Path.Combine(Root, "tests", "Datacurve.Tests"),
                "*.cs",
                SearchOption.AllDirectories
            )
            .Select(File.ReadAllText)
            .ToList();
        Assert.Empty(
            from path in Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md")
            from Match named in Regex.Matches(
                File.ReadAllText(path),
                @"\b\w+Tests\.(\w+)`",
                RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
            )
            let method = named.Value.TrimEnd('`')[(named.Value.IndexOf('.') + 1)..]
            where !tests.Exists(text => text.Contains($" {method}(", StringComparison.Ordinal))
            select $"{Relative(path)}: {named.Value}"
        );
    }

    [Fact]
    public void Nothing_is_left_to_do() =>
        Assert.Empty(
            from path in Sources("src", "bench")
            from line in File.ReadLines(path).Index()
            where
                Regex.IsMatch(
                    line.Item,
                    @"//\s*(TODO|FIXME|HACK)\b|NotImplementedException",
                    RegexOptions.ExplicitCapture,
                    TimeSpan.FromSeconds(1)
                )
            select $"{Relative(path)}:{line.Index + 1}"
        );

    private static IEnumerable<string> References(string project) =>
        XDocument
            .Load(Path.Combine(Root, "src", project, project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

    private static IEnumerable<string> Sources(params string[] folders) =>
        folders
            .Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(path => !Relative(path).Split('/').Intersect(["bin", "obj", "node_modules"]).Any());

    private static SyntaxNode Parse(string path) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot();

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Datacurve.slnx")))
            folder =
                Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("run from a checkout");
        return folder;
    }
}

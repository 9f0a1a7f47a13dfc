using System.Reflection;
using DbUp.Engine;

namespace Datacurve.Server.Storage;

/// <summary>
/// Numbered, forward-only migrations: the SQL files beside this class, one folder for each engine, in the
/// order of their names. A store remembers the names of those it has had.
/// </summary>
internal static class MigrationScripts
{
    public const string Sqlite = "sqlite";
    public const string PostgreSql = "postgresql";

    /// <summary>The scripts of an engine, the oldest first.</summary>
    public static IReadOnlyList<SqlScript> Of(string engine)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = engine + "/";
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => new SqlScript(name[prefix.Length..], Read(assembly, name))),
        ];
    }

    /// <exception cref="StartException">The store has had a script that this version does not
    /// know.</exception>
    public static void RefuseNewer(string store, string engine, IEnumerable<string> applied)
    {
        var known = Of(engine).Select(script => script.Name).ToHashSet(StringComparer.Ordinal);
        if (applied.Order(StringComparer.Ordinal).FirstOrDefault(name => !known.Contains(name)) is { } newer)
            throw new StartException(
                $"{store} was migrated by a newer version of Datacurve (it has {newer}, which this version does not "
                    + "know). Start the newer version, or restore a backup from before it."
            );
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}

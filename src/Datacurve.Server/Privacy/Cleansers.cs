using System.Security.Cryptography;
using Dapper;
using Datacurve.Core.Redaction;
using Datacurve.Server.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace Datacurve.Server.Privacy;

/// <summary>
/// How each project's data is redacted on its way in. The key of the placeholders is the project's own, made
/// once and kept with it: blobs come before anybody says of which trace they are, and every process that
/// takes a part of a trace has to replace alike.
/// </summary>
internal sealed class Cleansers(Database database, RuleSet rules) : IDisposable
{
    private const int KeyBytes = 32;
    private const int RememberedMax = 1000;

    private readonly MemoryCache _made = new(new MemoryCacheOptions { SizeLimit = RememberedMax });

    /// <summary>Names the rules that this process applies.</summary>
    public string RuleVersion => rules.Version;

    public async ValueTask<Cleanser> OfAsync(ProjectId project, CancellationToken ct)
    {
        if (_made.TryGetValue(project, out Cleanser? known))
            return known!;
        var cleanser = new Cleanser(rules, await KeyAsync(project, ct));
        _made.Set(project, cleanser, new MemoryCacheEntryOptions { Size = 1 });
        return cleanser;
    }

    public void Dispose() => _made.Dispose();

    /// <summary>
    /// Reads the rules that the settings name, else those that Datacurve brings.
    /// </summary>
    /// <exception cref="StartException">The file cannot be read, or is no rule file.</exception>
    public static RuleSet ReadRules(string? path)
    {
        if (path is null)
            return RuleSet.Default;
        try
        {
            return RuleSet.Parse(File.ReadAllText(path));
        }
        catch (Exception unusable)
            when (unusable is RuleFileException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"REDACTION_RULES takes a rule file in gitleaks' format: {unusable.Message}"
            );
        }
    }

    // Of two that make one at once the first to come is everybody's.
    private async Task<byte[]> KeyAsync(ProjectId project, CancellationToken ct) =>
        await database.WriteAsync(
            connection =>
                connection.QuerySingleOrDefaultAsync<byte[]?>(
                    """
                    update projects set redaction_key = coalesce(redaction_key, @made)
                    where project_id = @project returning redaction_key
                    """,
                    new { made = RandomNumberGenerator.GetBytes(KeyBytes), project = project.Value.Stored() }
                ),
            ct
        ) ?? throw new InvalidOperationException($"there is no project {project} to redact for");
}

using System.Buffers;
using System.Collections.Frozen;

namespace Datacurve.Core.Redaction.Documents;

/// <summary>How the value of a member is to be redacted.</summary>
internal enum MemberRole
{
    /// <summary>No member of the contract: its name is looked at too.</summary>
    Unknown,

    /// <summary>Text, or what holds other members.</summary>
    Text,

    /// <summary>The name of a file; relative to the repository, each of its folders by itself.</summary>
    Path,

    /// <summary>An id or a hash, which ties the trace together: stays where it has the form of one.</summary>
    Id,

    /// <summary>
    /// Whom or what a trace is of: secrets go, and what may name a person stays, since consent and erasure
    /// are asked by it, and the repository is fetched by it.
    /// </summary>
    Identity,
}

/// <summary>The members of the contract, and what their values are.</summary>
internal static class ContractMembers
{
    private static readonly SearchValues<byte> HexBytes = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> UuidBytes = SearchValues.Create("0123456789abcdefABCDEF-"u8);
    private static readonly (MemberRole Role, string Names)[] Names =
    [
        (
            MemberRole.Id,
            "event_id parent_event_id correlation_id patch_blob_id content_blob_id chunk_blob_id "
                + "report_blob_id stacktrace_blob_id diff_blob_id base_snapshot_blob_id pre_hash post_hash "
                + "env_hash commit_sha commit_head commit_base parent_shas links_to tree_hash "
                + "dependencies_lock_hash client_session_id reason_ref task_id"
        ),
        (MemberRole.Path, "file_path"),
        (MemberRole.Identity, "developer_id repo_id remote_url"),
        (
            MemberRole.Text,
            "events seq ts_ms type actor kind id context workspace_root branch payload edit_kind "
                + "patch_format selection start end snapshot_reason cwd command shell stream is_truncated "
                + "runner exit_code duration_ms passed message title description pr_url error_type action "
                + "details symbol line repo default_branch repo_fingerprint task bug_report "
                + "repro_steps expected actual links labels developer experience_level consent_flags "
                + "store_raw_code store_terminal_output allow_llm_judge allow_heuristic_judge "
                + "environment os ide name version language containerized timezone test image setup "
                + "report_path workdir timeout_seconds memory ingestion mode dedupe_policy clock_skew_ms_est artifacts final_state pr origin "
                + "provenance"
        ),
    ];

    private static readonly FrozenDictionary<string, MemberRole> Roles = Read().ToFrozenDictionary();

    private static readonly FrozenDictionary<string, MemberRole>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Roles.GetAlternateLookup<ReadOnlySpan<char>>();

    public static MemberRole RoleOf(ReadOnlySpan<char> name) =>
        BySpan.TryGetValue(name, out var role) ? role : MemberRole.Unknown;

    /// <summary>
    /// Whether a value has the form of an id: a UUID, a commit, or a hash with or without its kind.
    /// </summary>
    public static bool IsId(ReadOnlySpan<byte> value)
    {
        if (value.Length == 36 && value[8] == '-' && value[13] == '-' && value[18] == '-' && value[23] == '-')
            return !value.ContainsAnyExcept(UuidBytes);
        if (value.StartsWith("sha256:"u8))
            value = value["sha256:".Length..];
        else if (value.StartsWith("sha1:"u8))
            value = value["sha1:".Length..];
        return value.Length is >= 4 and <= 64 && !value.ContainsAnyExcept(HexBytes);
    }

    private static IEnumerable<KeyValuePair<string, MemberRole>> Read()
    {
        foreach (var (role, names) in Names)
        foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            yield return KeyValuePair.Create(name, role);
    }
}

using System.Collections.Frozen;

namespace Datacurve.Core.Consent;

/// <summary>
/// What every text of the contract holds. Members of payloads are named behind their event type, the others
/// behind what they stand in. What is not in this list may be either: a member that a newer client sends, an
/// event type that was added since.
/// </summary>
public static class ContractContents
{
    private static readonly (ContentKind Kind, string Paths)[] Paths =
    [
        (
            ContentKind.Code,
            "file_edit.patch_blob_id file_edit.pre_hash file_edit.post_hash "
                + "file_snapshot.content_blob_id pr_metadata.diff_blob_id navigation.symbol "
                + "artifacts.base_snapshot_blob_id final_state.pr.diff_blob_id"
        ),
        (
            ContentKind.Output,
            "terminal_output.chunk_blob_id test_run.report_blob_id error.message error.stacktrace_blob_id"
        ),
        // A debugger shows lines of code and values alike.
        (ContentKind.Either, "debug_action.details"),
        (
            ContentKind.Plain,
            "type actor.id context.workspace_root context.branch context.commit_head "
                + "context.correlation_id context.parent_event_id "
                + "file_edit.file_path file_edit.reason_ref file_snapshot.file_path navigation.file_path "
                + "terminal_command.cwd terminal_command.command terminal_command.env_hash "
                + "terminal_exit.cwd test_run.command thought.content_blob_id thought.links_to "
                + "commit.commit_sha commit.message commit.parent_shas pr_metadata.title "
                + "pr_metadata.description pr_metadata.pr_url error.error_type debug_action.action"
        ),
        (
            ContentKind.Plain,
            "repo.repo_id repo.remote_url repo.default_branch repo.commit_base "
                + "repo.repo_fingerprint.tree_hash repo.repo_fingerprint.dependencies_lock_hash "
                + "task.task_id task.bug_report.title task.bug_report.description "
                + "task.bug_report.repro_steps task.bug_report.expected task.bug_report.actual "
                + "task.bug_report.links task.labels developer.developer_id environment.os "
                + "environment.ide.name environment.ide.version environment.language environment.timezone "
                + "environment.test.image environment.test.setup environment.test.command "
                + "environment.test.runner environment.test.report_path environment.test.workdir "
                + "environment.test.memory ingestion.client_session_id "
                + "final_state.commit_head final_state.pr.title final_state.pr.description"
        ),
    ];

    private static readonly FrozenDictionary<string, ContentKind> Kinds = Paths
        .SelectMany(group => group.Paths.Split(' ').Select(path => KeyValuePair.Create(path, group.Kind)))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What the text at a path holds.</summary>
    public static ContentKind Of(string path) => Kinds.GetValueOrDefault(path, ContentKind.Either);

    /// <summary>Whether somebody has said what the text at a path holds.</summary>
    public static bool IsDeclared(string path) => Kinds.ContainsKey(path);

    /// <summary>Every path that is declared.</summary>
    public static IEnumerable<string> Declared => Kinds.Keys;
}

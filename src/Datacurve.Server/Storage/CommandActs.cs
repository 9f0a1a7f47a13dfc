using System.Data.Common;
using Dapper;

namespace Datacurve.Server.Storage;

/// <summary>
/// What an operator's command changes on the store itself, in the audit log: no request tells of it. The line
/// is written in the transaction of the change, so that there is neither without the other.
/// </summary>
internal static class CommandActs
{
    /// <param name="connection">In the transaction that makes the change.</param>
    /// <param name="project">The stored id of the project that it belongs to.</param>
    /// <param name="action">The name of the endpoint that does the same, where one does.</param>
    /// <param name="subject">What was changed, or to what.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    public static Task<int> NoteAsync(
        DbConnection connection,
        byte[] project,
        string action,
        string subject,
        long nowMs
    ) =>
        connection.ExecuteAsync(
            """
            insert into audit_log (ts_ms, project_id, caller, action, subject, status, request_id)
            values (@nowMs, @project, 'command', @action, @subject, 200, 'command')
            """,
            new
            {
                nowMs,
                project,
                action,
                subject,
            }
        );
}

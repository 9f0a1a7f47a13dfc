using System.Data.Common;

namespace Datacurve.Server.Storage;

/// <summary>A write that waits for its turn at the one writer of SQLite.</summary>
internal abstract class SqliteWrite
{
    public Exception? Failure { get; protected set; }

    /// <summary>False where the write threw; its outcome is kept until the commit.</summary>
    public abstract Task<bool> RunAsync(DbConnection connection);
    public abstract void Acknowledge();
    public abstract void Refuse(Exception exception);
}

/// <summary>A write and what comes of it, which is told after the commit.</summary>
internal sealed class SqliteWrite<T>(Func<DbConnection, Task<T>> write) : SqliteWrite
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _outcome;

    public Task<T> Task => _done.Task;

    public override async Task<bool> RunAsync(DbConnection connection)
    {
        try
        {
            Failure = null;
            _outcome = await write(connection);
            return true;
        }
        catch (Exception exception)
        {
            Failure = exception;
            return false;
        }
    }

    public override void Acknowledge()
    {
        if (Failure is null)
            _done.SetResult(_outcome!);
        else
            _done.SetException(Failure);
    }

    public override void Refuse(Exception exception) => _done.SetException(Failure ?? exception);
}

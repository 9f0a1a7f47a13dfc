using System.Data.Common;
using Datacurve.Server.Blobs;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;

namespace Datacurve.Server;

/// <summary>What an exception that ends a command says to who typed it.</summary>
internal static class CommandFaults
{
    /// <summary>
    /// A sentence, where the machine or the store is at fault; null where the program is, whose stack says
    /// more.
    /// </summary>
    public static string? Sentence(Exception exception) =>
        exception switch
        {
            StartException => exception.Message,
            DbException when StoreFaults.IsDamaged(exception) =>
                $"The database is damaged: {exception.Message} Bring back a backup.",
            DbException => $"The database failed: {exception.Message}",
            BlobCorruptException or SealedTraceException or OriginalDamagedException =>
                $"The store is damaged: {exception.Message}. 'datacurve fsck' names all that is.",
            BlobStoreAwayException or BlobStoreFullException => $"{exception.Message}.",
            IOException or UnauthorizedAccessException => exception.Message,
            AggregateException several => Sentence(several.InnerExceptions[0]),
            _ => null,
        };
}

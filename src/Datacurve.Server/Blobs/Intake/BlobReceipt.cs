using Datacurve.Core;
using Datacurve.Server.Privacy;

namespace Datacurve.Server.Blobs.Intake;

/// <summary>What a blob was when it was sent, and what was replaced in it.</summary>
/// <param name="Sent">The hash of the bytes that came, by which they are named.</param>
/// <param name="SentLength">How many came.</param>
/// <param name="Redaction">What was replaced.</param>
internal sealed record BlobReceipt(BlobId Sent, long SentLength, AppliedRedaction Redaction);

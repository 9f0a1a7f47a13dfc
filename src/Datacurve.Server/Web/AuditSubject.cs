using Datacurve.Core;

namespace Datacurve.Server.Web;

/// <summary>What a request was about, where its path does not say: set as a feature by the handler.</summary>
internal sealed record AuditSubject(TraceId? TraceId = null, string? Subject = null);

namespace Datacurve.Server;

/// <summary>The service cannot start; the message says what to do. Shown without a stack.</summary>
internal sealed class StartException(string message) : Exception(message);

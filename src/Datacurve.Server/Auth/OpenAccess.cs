using System.Net;
using Datacurve.Server.Web;

namespace Datacurve.Server.Auth;

/// <summary>
/// When a service without keys lets in whoever asks: it listens on loopback alone, and the request names a
/// loopback host, so that a page elsewhere cannot reach it through a name that it makes resolve to this
/// machine.
/// </summary>
internal sealed class OpenAccess(Options options, Keys keys, Sessions sessions)
{
    public bool ListensOnLoopback { get; } = IsLoopback(options.ListenAddress);

    /// <summary>Whether it was open when the service started.</summary>
    public bool StartedOpen { get; private set; }

    public async Task<bool> IsOpenAsync() =>
        ListensOnLoopback && !options.Access.SignIn && !await keys.AnyAsync();

    public async Task<bool> AllowsAsync(HttpRequest request) =>
        IsLoopback(request.Host.Host) && await IsOpenAsync();

    /// <inheritdoc cref="StillLetIn"/>
    public Task<bool> StillLetsInAsync(Caller caller) =>
        caller switch
        {
            { KeyId: { } keyId } => keys.IsActiveAsync(keyId),
            { Session: not null } => sessions.IsGoingOnAsync(caller),
            _ => IsOpenAsync(),
        };

    /// <exception cref="StartException">Others could reach a service that asks nobody for a key.</exception>
    public async Task RequireKeysAsync()
    {
        StartedOpen = await IsOpenAsync();
        if (ListensOnLoopback || options.Access.SignIn || await keys.AnyActiveAsync())
            return;
        throw new StartException(
            $"LISTEN_ADDRESS is {options.ListenAddress}, which others can reach, and there is no API key. Make one "
                + "with 'datacurve keys create NAME --scopes ingest,read,admin', or listen on 127.0.0.1."
        );
    }

    private static bool IsLoopback(string host) =>
        host is "localhost" or ""
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

using System.Buffers.Text;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Datacurve.Tests.Auth;

/// <summary>
/// A real OpenID Connect provider on loopback (discovery, keys, code flow, PKCE), which signs in whoever
/// <see cref="Email"/> names without asking.
/// </summary>
internal sealed class LocalProvider : IAsyncDisposable
{
    public const string ClientId = "datacurve-test";
    private readonly WebApplication _app;

    private LocalProvider(WebApplication app) => _app = app;

    public string Email { get; set; } = "ada@example.org";

    /// <summary>A boolean in the token, but for what begins with a capital: that is a text.</summary>
    public string EmailVerified { get; set; } = "true";

    /// <summary>Whether its tokens come without a signature, and say so.</summary>
    public bool IsUnsigned { get; set; }

    public string ClientSecret { get; } = Guid.NewGuid().ToString("N");

    public Uri Url => new(_app.Urls.First());

    public static async Task<LocalProvider> StartAsync()
    {
        LocalProvider? provider = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder
            .Services.AddOpenIddict()
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token");
                server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
                server.RegisterScopes("openid", "profile", "email");
                server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
                server.EnableDegradedMode();
                server.AddEventHandler<ValidateAuthorizationRequestContext>(handler =>
                    handler.UseInlineHandler(CheckAsync)
                );
                server.AddEventHandler<ValidateTokenRequestContext>(handler =>
                    handler.UseInlineHandler(asked => provider!.CheckAsync(asked))
                );
                server.AddEventHandler<ApplyTokenResponseContext>(handler =>
                    handler.UseInlineHandler(answer => provider!.Unsign(answer)).SetOrder(int.MinValue)
                );
                server
                    .UseAspNetCore()
                    .DisableTransportSecurityRequirement()
                    .EnableAuthorizationEndpointPassthrough();
            });
        var app = builder.Build();
        app.UseAuthentication();
        app.MapGet("/authorize", (HttpContext context) => provider!.AuthorizeAsync(context));
        provider = new LocalProvider(app);
        await app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static ValueTask CheckAsync(ValidateAuthorizationRequestContext asked)
    {
        if (asked.ClientId != ClientId)
            asked.Reject("invalid_client");
        return default;
    }

    private ValueTask CheckAsync(ValidateTokenRequestContext asked)
    {
        if (asked.ClientId != ClientId || asked.ClientSecret != ClientSecret)
            asked.Reject("invalid_client");
        return default;
    }

    private ValueTask Unsign(ApplyTokenResponseContext answer)
    {
        if (IsUnsigned && answer.Response.IdToken is { } token)
        {
            var claims = JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();
            // By the hash of a token that has no signature nothing can be told.
            claims.Remove("at_hash");
            var head = Base64Url.EncodeToString("""{"alg":"none","typ":"JWT"}"""u8);
            var body = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()));
            answer.Response.IdToken = $"{head}.{body}.";
        }

        return default;
    }

    private Task AuthorizeAsync(HttpContext context)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        identity.AddClaim(new Claim("sub", "subject-of-" + Email));
        identity.AddClaim(new Claim("email", Email));
        var isText = char.IsUpper(EmailVerified[0]);
        identity.AddClaim(
            new Claim(
                "email_verified",
                EmailVerified,
                isText ? ClaimValueTypes.String : ClaimValueTypes.Boolean
            )
        );
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.IdentityToken]);
        var user = new ClaimsPrincipal(identity);
        user.SetScopes(request.GetScopes());
        return context.SignInAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, user);
    }
}

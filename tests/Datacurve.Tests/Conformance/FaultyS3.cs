using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datacurve.Tests.Conformance;

/// <summary>
/// Stands before the S3 server of the tests and fails as it is told: signatures hold, because host and path
/// stay as they were.
/// </summary>
internal sealed class FaultyS3 : IAsyncDisposable
{
    private readonly HttpClient _server;
    private readonly WebApplication _app;
    private int _requests;

    private FaultyS3(Uri server)
    {
        _server = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = server,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>What becomes of a request; null passes it on.</summary>
    public Func<HttpRequest, Fault?> Fail { get; set; } = _ => null;

    public int Requests => _requests;

    public Uri Endpoint => new(_app.Urls.First());

    public static async Task<FaultyS3> StartAsync(Uri server)
    {
        var faulty = new FaultyS3(server);
        await faulty._app.StartAsync();
        return faulty;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _server.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var fault = Fail(context.Request);
        if (fault is { Status: { } status })
        {
            context.Response.StatusCode = status;
            return;
        }

        if (fault is { BreaksOff: true, AfterBytes: 0 })
        {
            context.Abort();
            return;
        }

        using var answer = await _server.SendAsync(
            Passed(context),
            HttpCompletionOption.ResponseHeadersRead,
            context.RequestAborted
        );
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                context.Response.Headers[name] = values.ToArray();
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        if (fault is { BreaksOff: true, AfterBytes: var bytes })
        {
            var part = new byte[bytes];
            await body.ReadExactlyAsync(part, context.RequestAborted);
            await context.Response.Body.WriteAsync(part, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private HttpRequestMessage Passed(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri(_server.BaseAddress!, target)
        );
        if (context.Request.ContentLength is not null)
            request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        return request;
    }
}

/// <summary>A status, or a connection that ends after so many bytes of the answer.</summary>
internal sealed record Fault(int? Status = null, bool BreaksOff = false, int AfterBytes = 0)
{
    public static readonly Fault Busy = new((int)HttpStatusCode.ServiceUnavailable);
    public static readonly Fault Full = new((int)HttpStatusCode.InsufficientStorage);
    public static readonly Fault Gone = new(BreaksOff: true);
}

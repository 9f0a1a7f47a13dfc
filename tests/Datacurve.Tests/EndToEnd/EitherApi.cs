namespace Datacurve.Tests.EndToEnd;

/// <summary>
/// Sends each request to one of several addresses in turn, and to the next where one does not answer, as a
/// client behind a balancer sees them. Whatever is sent twice is safe to send twice.
/// </summary>
internal sealed class EitherApi(params Uri[] addresses) : DelegatingHandler(new SocketsHttpHandler())
{
    private const int AttemptsMax = 20;

    private int _turn;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var body = request.Content is { } content
            ? await content.ReadAsByteArrayAsync(cancellationToken)
            : null;
        for (var attempt = 1; ; attempt++)
        {
            using var sent = new HttpRequestMessage(request.Method, Address(request.RequestUri!));
            if (body is not null)
            {
                sent.Content = new ByteArrayContent(body);
                sent.Content.Headers.ContentType = request.Content!.Headers.ContentType;
            }

            try
            {
                var answer = await base.SendAsync(sent, cancellationToken);
                await answer.Content.LoadIntoBufferAsync(cancellationToken);
                return answer;
            }
            catch (Exception exception)
                when (exception is HttpRequestException or IOException && attempt < AttemptsMax)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    private Uri Address(Uri wanted) =>
        new(addresses[Interlocked.Increment(ref _turn) % addresses.Length], wanted.PathAndQuery);
}

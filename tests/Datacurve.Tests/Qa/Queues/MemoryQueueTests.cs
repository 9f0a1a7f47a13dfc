using Datacurve.Server;
using Datacurve.Tests.Api;
using Datacurve.Tests.Conformance;

namespace Datacurve.Tests.Qa.Queues;

public sealed class MemoryQueueTests : QueueConformance
{
    private protected override Task<ServiceUnderTest> NewServiceAsync() =>
        Task.FromResult(new ServiceUnderTest());

    private protected override Options OnBroker(Options options) => options;

    // It cannot be emptied from outside: it goes with its service.
    private protected override Task EmptyAsync() => StartAsync();
}

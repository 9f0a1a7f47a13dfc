namespace Datacurve.Server.Qa;

/// <summary>
/// Brings a job's id to a worker. It may lose ids and bring them twice: the database is the truth, and a sweep
/// finds what was lost.
/// </summary>
internal interface IQaQueue
{
    void Enqueue(Guid qaJobId, TimeSpan delay = default);
}

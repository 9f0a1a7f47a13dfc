namespace Datacurve.Server.Storage;

/// <summary>
/// The id of a project (a tenant): a UUIDv7, or all zeros for <see cref="Default"/>, the project of whoever
/// asks without a key where that is allowed.
/// </summary>
internal readonly record struct ProjectId(Guid Value)
{
    public static readonly ProjectId Default = new(Guid.Empty);

    public override string ToString() => Value.ToString("D");
}

namespace Datacurve.Server.Storage;

/// <summary>
/// The id of a project (a tenant): a UUIDv7, or all zeros for <see cref="Default"/>, the project of whoever
/// asks without a key where that is allowed.
/// </summary>
internal readonly record struct ProjectId(Guid Value)
{
    public static readonly ProjectId Default = new(Guid.Empty);

    /// <summary>Where traces are that are being erased: a project that nobody asks for.</summary>
    public static readonly ProjectId Erased = new(Guid.AllBitsSet);

    public override string ToString() => Value.ToString("D");
}

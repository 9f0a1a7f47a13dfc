using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>
/// What one event says. A new event type is one record derived from this, and its discriminator in this
/// list: validation, the OpenAPI document, the judge's view and every printed form follow from the two.
/// </summary>
/// <remarks>
/// A member that is <c>required</c> must be sent; one with an initializer has that default; a nullable one
/// is optional. A member of type <see cref="BlobId"/> refers to a blob that QA expects to exist.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$type")]
[JsonDerivedType(typeof(FileEdit), "file_edit")]
[JsonDerivedType(typeof(FileSnapshot), "file_snapshot")]
[JsonDerivedType(typeof(TerminalCommand), "terminal_command")]
[JsonDerivedType(typeof(TerminalOutput), "terminal_output")]
[JsonDerivedType(typeof(TerminalExit), "terminal_exit")]
[JsonDerivedType(typeof(TestRun), "test_run")]
[JsonDerivedType(typeof(Thought), "thought")]
[JsonDerivedType(typeof(Commit), "commit")]
[JsonDerivedType(typeof(PrMetadata), "pr_metadata")]
[JsonDerivedType(typeof(RecordedError), "error")]
[JsonDerivedType(typeof(DebugAction), "debug_action")]
[JsonDerivedType(typeof(Navigation), "navigation")]
[JsonDerivedType(typeof(RecordingGap), "recording_gap")]
public abstract record EventPayload
{
    /// <summary>The event in one line of plain text, for a person or a judge. Not escaped.</summary>
    [JsonIgnore]
    public string Summary => Summarize();

    /// <summary>A method, because a property that an override brings back would be serialized.</summary>
    protected abstract string Summarize();
}

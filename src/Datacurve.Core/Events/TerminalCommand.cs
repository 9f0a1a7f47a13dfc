using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>A command typed into a shell, in the folder <see cref="Cwd"/>.</summary>
public sealed record TerminalCommand : EventPayload
{
    public required string Cwd { get; init; }
    public required string Command { get; init; }
    public Shell Shell { get; set; } = Shell.Bash;
    public string? EnvHash { get; init; }

    protected override string Summarize() => $"$ {Command}";
}

[JsonConverter(typeof(JsonStringEnumConverter<Shell>))]
public enum Shell
{
    [JsonStringEnumMemberName("bash")]
    Bash,

    [JsonStringEnumMemberName("zsh")]
    Zsh,

    [JsonStringEnumMemberName("pwsh")]
    Pwsh,

    [JsonStringEnumMemberName("cmd")]
    Cmd,
}

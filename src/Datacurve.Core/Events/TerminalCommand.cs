using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datacurve.Core.Events;

/// <summary>A command typed into a shell, in the folder <see cref="Cwd"/>.</summary>
public sealed record TerminalCommand : EventPayload
{
    public required string Cwd { get; init; }
    public required string Command { get; init; }
    public Shell Shell { get; set; } = Shell.Bash;
    public string? EnvHash { get; init; }

    /// <summary>
    /// True where the command is a shell (or opens one elsewhere) whose own commands were not seen: what it
    /// printed is one piece, and what was typed into it is not known.
    /// </summary>
    public bool? IsUnmarkedShell { get; init; }

    /// <summary>Width of the terminal, in character cells, when the command started.</summary>
    [Range(1, ushort.MaxValue)]
    public int? Columns { get; init; }

    /// <summary>Height of the terminal, in character cells, when the command started.</summary>
    [Range(1, ushort.MaxValue)]
    public int? Rows { get; init; }

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

    [JsonStringEnumMemberName("fish")]
    Fish,

    /// <summary>Any other shell.</summary>
    [JsonStringEnumMemberName("sh")]
    Sh,
}

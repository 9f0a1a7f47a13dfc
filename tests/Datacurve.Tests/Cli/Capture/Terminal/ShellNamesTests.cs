using Datacurve.Cli.Capture;
using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Tests.Cli.Capture.Terminal;

public sealed class ShellNamesTests
{
    [Theory]
    [InlineData("sh", true)]
    [InlineData("  /bin/bash -l", true)]
    [InlineData("exec zsh", true)]
    [InlineData("FOO=1 bash", true)]
    [InlineData("ssh -p 22 host", true)]
    [InlineData("ssh host uptime", false)]
    [InlineData("sudo -i", true)]
    [InlineData("sudo make install", false)]
    [InlineData("tmux", true)]
    [InlineData("bash script.sh", false)]
    [InlineData("sh -c 'echo x'", false)]
    [InlineData("shellcheck x", false)]
    [InlineData("", false)]
    public void A_command_that_opens_a_shell_is_known_by_its_words(string command, bool opens) =>
        Assert.Equal(opens, ShellNames.OpensShell(command));

    [Theory]
    [InlineData("https://user:t0ken@example.com/o/r.git", "https://example.com/o/r.git", "o/r")]
    [InlineData("git@example.com:o/r.git", "git@example.com:o/r.git", "o/r")]
    [InlineData("/srv/git/r", "/srv/git/r", "git/r")]
    public void A_remote_is_recorded_without_its_password_and_named(string remote, string kept, string name)
    {
        Assert.Equal(kept, RepositoryFacts.WithoutPassword(remote));
        Assert.Equal(name, RepositoryFacts.NameOf(remote));
    }
}

using System.Text;
using CsCheck;
using Datacurve.Server.Qa.Sandboxes;
using Xunit;

namespace Datacurve.Tests.Qa.Sandboxes;

public sealed class SandboxConversationTests
{
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 200];

    [Fact]
    public void Any_output_and_reports_come_back_however_the_stream_is_cut() =>
        Gen.Select(Bytes, Bytes, Bytes, Gen.Int[1, 50])
            .Sample(
                (output, first, third, step) =>
                {
                    var conversation = new SandboxConversation(1000, 1000, 3);
                    byte[] head = Ascii($"{conversation.Mark}\n");
                    byte[] tail =
                    [
                        .. Ascii($"{conversation.Mark} 7 2\n{first.Length}\n"),
                        .. first,
                        .. Ascii($"absent\n{third.Length}\n"),
                        .. third,
                    ];

                    foreach (var chunk in head.Concat(output).Concat(tail).Chunk(step))
                        conversation.OnStdout(chunk);
                    var trailer = conversation.Finish();

                    Assert.True(conversation.Begun);
                    Assert.Equal(output, conversation.Stdout);
                    Assert.NotNull(trailer);
                    Assert.Equal((7, 2L), (trailer.ExitCode, trailer.Number));
                    Assert.Equal([first, null, third], trailer.Reports);
                }
            );

    [Fact]
    public void Output_that_looks_like_a_mark_is_output() =>
        Gen.Select(Gen.Int[1, 41], Gen.Int[1, 7])
            .Sample(
                (length, step) =>
                {
                    var conversation = new SandboxConversation(1000, 0, 0);
                    var output = string.Concat(Enumerable.Repeat(conversation.Mark[..length] + "x", 4));

                    foreach (var chunk in Ascii($"{conversation.Mark}\n{output}").Chunk(step))
                        conversation.OnStdout(chunk);

                    Assert.Null(conversation.Finish());
                    Assert.Equal(output, Encoding.ASCII.GetString(conversation.Stdout));
                }
            );

    [Fact]
    public void Any_trailer_is_read_or_refused_and_never_throws() =>
        Gen.Select(
                Gen.OneOf(Bytes, Gen.String[Gen.Char["0123456789- \nablert"], 0, 60].Select(Ascii)),
                Gen.Int[0, 3]
            )
            .Sample(
                (bytes, count) =>
                {
                    var trailer = SandboxTrailer.Parse([.. "m 0 0\n"u8, .. bytes], count);

                    Assert.True(trailer is null || trailer.Reports.Count == count);
                    SandboxTrailer.Parse(bytes, count);
                }
            );

    [Fact]
    public void A_trailer_that_promises_more_than_the_limit_is_not_kept_in_memory()
    {
        var conversation = new SandboxConversation(10, 100, 1);
        conversation.OnStdout(Ascii($"{conversation.Mark}\n{conversation.Mark} 0 0\n2000000000\n"));
        for (var i = 0; i < 100; i++)
            conversation.OnStdout(new byte[1 << 20]);

        Assert.Null(conversation.Finish());
    }

    [Fact]
    public void What_came_before_the_first_mark_is_no_output_of_the_command()
    {
        var conversation = new SandboxConversation(100, 0, 0);
        conversation.OnStderr("tar: not found"u8);

        Assert.Null(conversation.Finish());
        Assert.False(conversation.Begun);
        Assert.Equal("tar: not found"u8.ToArray(), conversation.Stderr);
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}

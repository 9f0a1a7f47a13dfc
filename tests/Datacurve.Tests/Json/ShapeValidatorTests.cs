using System.Text;
using System.Text.Json;
using CsCheck;
using Datacurve.Core.Events;
using Datacurve.Core.Json;

namespace Datacurve.Tests.Json;

public sealed class ShapeValidatorTests
{
    private static readonly Shape Trace = Shape.Of(DatacurveJson.Default.NewTrace);
    private static readonly Shape Batch = EventCatalog.Contract.BatchShape;

    private const string Navigation =
        """{"seq":1,"ts_ms":5,"type":"navigation","actor":{"kind":"ide"},"payload":{"file_path":"a.py"}}""";

    private static ValidatedJson Check(string json, Shape shape) =>
        ShapeValidator.Validate(Encoding.UTF8.GetBytes(json), shape);

    private static string Events(string json) => $$"""{"events":[{{json}}]}""";

    [Fact]
    public void Defaults_are_put_in_and_unknown_members_stay()
    {
        var json = Events(
            """
            {"payload":{"cwd":"/w","command":"ls","future":{"x":[1e131071]}},"type":"terminal_command",
             "seq":1,"ts_ms":0,"actor":{"kind":"human","mood":"calm"}}
            """
        );

        var validated = Check(json, Batch);

        Assert.Empty(validated.Errors);
        var stored = Encoding.UTF8.GetString(validated.Unions.Single().Json.Span);
        Assert.Equal(
            """
            {"payload":{"cwd":"/w","command":"ls","future":{"x":[1e131071]},"shell":"bash"},"type":"terminal_command",
             "seq":1,"ts_ms":0,"actor":{"kind":"human","mood":"calm"}}
            """,
            stored
        );
    }

    [Fact]
    public void An_empty_object_is_filled_without_a_leading_comma()
    {
        var shape = Trace.Members.Single(member => member.Name == "developer").Shape;

        var validated = Check("""{"developer_id":"d","consent_flags":{}}""", shape);

        using var document = JsonDocument.Parse(validated.Json);
        Assert.True(
            document.RootElement.GetProperty("consent_flags").GetProperty("allow_llm_judge").GetBoolean()
        );
        Assert.Equal("unknown", document.RootElement.GetProperty("experience_level").GetString());
    }

    [Theory]
    [InlineData(0, "must be at least 1")]
    [InlineData(1, null)]
    [InlineData(65_535, null)]
    [InlineData(65_536, "must be at most 65535")]
    public void A_number_is_held_to_both_its_bounds(int columns, string? message)
    {
        var json = Events(
            $$$"""
            {"seq":1,"ts_ms":0,"type":"terminal_command","actor":{"kind":"human"},
             "payload":{"cwd":"/w","command":"ls","columns":{{{columns}}}}}
            """
        );

        Assert.Equal(message, Check(json, Batch).Errors.SingleOrDefault()?.Message);
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("[]", "body")]
    [InlineData("{}", "events")]
    [InlineData("""{"events":[]}""", "events")]
    [InlineData("""{"events":{}}""", "events")]
    [InlineData("""{"events":[],"events":[]}""", "events")]
    [InlineData("""{"events":[7]}""", "events.0")]
    public void A_batch_that_is_none_is_refused(string json, string field) =>
        Assert.Equal(field, Check(json, Batch).Errors[^1].Field);

    [Theory]
    [InlineData("\"seq\":1", "\"seq\":0", "events.0.seq")]
    [InlineData("\"seq\":1", "\"seq\":1.5", "events.0.seq")]
    [InlineData("\"seq\":1", "\"seq\":9223372036854775808", "events.0.seq")]
    [InlineData("\"seq\":1", "\"seq\":\"1\"", "events.0.seq")]
    [InlineData("\"seq\":1", "\"seq\":NaN", "events.0.seq")]
    [InlineData("\"ts_ms\":5", "\"ts_ms\":-1", "events.0.ts_ms")]
    [InlineData("\"ts_ms\":5,", "", "events.0.ts_ms")]
    [InlineData("\"ts_ms\":5", "\"ts_ms\":5,\"event_id\":\"no\"", "events.0.event_id")]
    [InlineData("\"navigation\"", "\"teleport\"", "events.0.type")]
    [InlineData("\"navigation\"", "7", "events.0.type")]
    [InlineData("\"ide\"", "\"robot\"", "events.0.actor.kind")]
    [InlineData("{\"kind\":\"ide\"}", "null", "events.0.actor")]
    [InlineData("{\"file_path\":\"a.py\"}", "{}", "events.0.payload.file_path")]
    [InlineData("{\"file_path\":\"a.py\"}", "[]", "events.0.payload")]
    [InlineData("\"a.py\"", "null", "events.0.payload.file_path")]
    [InlineData("\"a.py\"", "\"\\ud800\"", "events.0.payload.file_path")]
    [InlineData("\"a.py\"", "\"\\u0000\"", "events.0.payload.file_path")]
    [InlineData("\"a.py\"", "\"a\",\"line\":3000000000", "events.0.payload.line")]
    [InlineData("\"a.py\"", "\"a\",\"x\":{\"y\":1,\"\\u0079\":2}", "events.0.payload.x.y")]
    [InlineData("\"a.py\"", "\"a\",\"\\ud800\":1", "events.0.payload.?")]
    public void A_wrong_member_is_named(string from, string to, string field)
    {
        var errors = Check(Events(Navigation.Replace(from, to, StringComparison.Ordinal)), Batch).Errors;

        Assert.Equal(field, Assert.Single(errors).Field);
    }

    [Fact]
    public void A_number_of_200000_digits_is_refused_and_its_echo_cut()
    {
        var json = Navigation.Replace(
            "\"seq\":1",
            $"\"seq\":{new string('9', 200_000)}",
            StringComparison.Ordinal
        );

        var error = Assert.Single(Check(Events(json), Batch).Errors);

        Assert.Equal(FieldError.ValueLengthMax, error.Value!.Length);
    }

    [Theory]
    [InlineData(61, true)]
    [InlineData(62, false)]
    [InlineData(100_000, false)]
    public void Depth_64_is_the_last_that_passes(int arrays, bool valid)
    {
        // The document, its array and the event are three levels above the arrays.
        var deep = new string('[', arrays) + new string(']', arrays);
        var json = Navigation.Replace("\"ts_ms\":5", $"\"ts_ms\":5,\"x\":{deep}", StringComparison.Ordinal);

        var errors = Check(Events(json), Batch).Errors;

        Assert.Equal(valid, errors.Count == 0);
        Assert.All(errors, error => Assert.StartsWith("nests deeper than 64 levels", error.Message));
    }

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(Events(Navigation));
        bytes[Array.IndexOf(bytes, (byte)'.')] = 0xFF;

        Assert.Contains(
            "UTF-8",
            ShapeValidator.Validate(bytes, Batch).Errors.Single().Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_cut_of_a_batch_is_refused_and_none_throws()
    {
        var bytes = Encoding.UTF8.GetBytes(Events(Navigation));

        for (var length = 0; length < bytes.Length; length++)
            Assert.NotEmpty(ShapeValidator.Validate(bytes.AsMemory(0, length), Batch).Errors);
    }

    [Fact]
    public void Random_damage_never_throws_and_what_passes_can_be_read_as_an_event()
    {
        var original = Encoding.UTF8.GetBytes(Events(Navigation));
        Gen.Select(Gen.Int[0, original.Length - 1], Gen.Byte, Gen.Int[0, original.Length - 1], Gen.Byte)
            .Sample(
                (at, value, at2, value2) =>
                {
                    var damaged = (byte[])original.Clone();
                    (damaged[at], damaged[at2]) = (value, value2);
                    var validated = ShapeValidator.Validate(damaged, Batch);
                    foreach (var union in validated.Unions)
                        EventCatalog.Contract.Read(union.Json.Span);
                },
                iter: 20_000
            );
    }
}

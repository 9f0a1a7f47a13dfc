using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

[JsonSerializable(typeof(JudgeFlag))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class JudgeJson : JsonSerializerContext;

using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Json;

namespace Datacurve.Tests.Consent;

/// <summary>No text of the contract may be forgotten when somebody withholds code or output.</summary>
public sealed class ContractContentsTests
{
    private static readonly string[] InMaps = ["artifacts.base_snapshot_blob_id"];

    // A map of anybody's: what is not declared in it may be either.
    private static readonly string[] Maps = ["artifacts"];

    [Fact]
    public void Every_text_of_every_event_and_document_is_declared_as_code_output_either_or_plain()
    {
        var missing = Texts().Except(Maps).Where(path => !ContractContents.IsDeclared(path));

        Assert.Empty(missing);
    }

    [Fact]
    public void Nothing_is_declared_that_the_contract_does_not_have()
    {
        Assert.Empty(ContractContents.Declared.Except(InMaps).Except(Texts()));
    }

    private static IEnumerable<string> Texts() =>
        EventCatalog
            .Contract.EventShape.Union!.Variants.SelectMany(variant => Texts(variant.Value, variant.Key))
            .Concat(
                EventCatalog
                    .Contract.EventShape.Members.Where(member => member.Name != "payload")
                    .SelectMany(member => Texts(member.Shape, member.Name))
            )
            .Concat(Texts(Shape.Of(DatacurveJson.Default.NewTrace), ""))
            .Concat(Texts(Shape.Of(DatacurveJson.Default.FinalizeTrace), ""));

    private static IEnumerable<string> Texts(Shape shape, string path) =>
        shape.Kind switch
        {
            ShapeKind.Object => shape.Members.SelectMany(member =>
                Texts(member.Shape, path.Length == 0 ? member.Name : $"{path}.{member.Name}")
            ),
            ShapeKind.String or ShapeKind.BlobId or ShapeKind.Any or ShapeKind.Map => [path],
            ShapeKind.Array => Texts(shape.Item!, path).Take(1).Select(_ => path),
            _ => [],
        };
}

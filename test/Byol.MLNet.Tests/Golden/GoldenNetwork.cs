using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining.Methods.Byol;

namespace Byol.MLNet.Tests.Golden;

internal static class GoldenNetwork
{
    /// <summary>
    /// The online network's weights from the hash: encoder, projector and predictor have key bases 1000, 3000 and 4000.
    /// </summary>
    public static NetworkWeights Online(ByolNetwork network)
    {
        var parts = new (string Prefix, int KeyBase)[]
        {
            ("encoder.", 1000),
            ("projector.", 3000),
            ("predictor.", 4000),
        };
        var weights = parts.ToDictionary(part => part.Prefix, part => GoldenValues.Fill(
            [
                .. network.Online.Specs.Where(
                    spec => spec.Name.StartsWith(part.Prefix, StringComparison.Ordinal))], part.KeyBase));
        return new NetworkWeights(
            network.Online.Specs, spec => weights[spec.Name[..(spec.Name.IndexOf('.') + 1)]][spec.Name]);
    }
}

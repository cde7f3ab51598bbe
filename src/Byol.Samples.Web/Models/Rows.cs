using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Byol.Samples.Web.Models;

/// <summary>What the front end takes. The type wants a size; pictures of any size may come.</summary>
internal sealed class Picture
{
    [ImageType(64, 64)]
    public MLImage Image { get; set; } = null!;
}

/// <summary>What the front end gives, and the network takes.</summary>
internal sealed class Pixels
{
    public byte[] Values { get; set; } = [];
}

/// <summary>What the network gives, and the classifier takes.</summary>
internal sealed class Embedded
{
    public float[] Values { get; set; } = [];
}

/// <summary>What the classifier gives: a score for each class.</summary>
internal sealed class Scored
{
    public float[] Score { get; set; } = [];
}

using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>How a teacher's outputs are made and followed (<see cref="ByolPretrainingMethod.Taught"/>).</summary>
/// <remarks>Part of a <see cref="ByolRecipe"/>.</remarks>
public sealed record ByolTeachingRecipe : IRecipePart
{
    /// <summary>
    /// Side in pixels of the whole pictures that the teacher sees; null takes the side that it was made for, or three
    /// times that of the pictures where that is less and the teacher takes any size.
    /// </summary>
    /// <value>The default value is null. Range: 32 to 1024.</value>
    [Range(32, 1024)]
    public int? TeacherImageSize { get; init; }

    /// <summary>
    /// Directions of the teacher's outputs that the student learns: their principal components over the images, each
    /// scaled to the same variance; null leaves the outputs as they are, standardised.
    /// </summary>
    /// <value>The default value is null. Range: 2 to 16384.</value>
    [Range(2, 16384)]
    public int? TeacherComponents { get; init; }

    /// <summary>Whether the student starts from those of the teacher's weights that have its own tensors' names and
    /// shapes, where all are there.</summary>
    /// <value>The default value is true.</value>
    public bool StartsFromTeacher { get; init; } = true;
}

namespace Byol.MLNet.Options;

/// <summary>A recipe, or a part of one: values that belong to it.</summary>
internal interface IRecipePart;

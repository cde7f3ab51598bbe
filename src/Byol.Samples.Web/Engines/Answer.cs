using Byol.Samples.Web.Models;
using Byol.Samples.Web.Similar;

namespace Byol.Samples.Web.Engines;

/// <summary>A prediction, and the index that belongs to the model that made it.</summary>
internal sealed record Answer(Prediction Prediction, EmbeddingIndex? Index);

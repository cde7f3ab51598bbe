namespace Byol.MLNet.Foundation;

/// <summary>Where a run's lines go.</summary>
internal interface ITrainingLog
{
    void Info(string message);

    void Warning(string message);
}

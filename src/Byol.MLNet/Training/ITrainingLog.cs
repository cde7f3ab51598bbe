namespace Byol.MLNet.Training;

/// <summary>Where a run's lines go.</summary>
internal interface ITrainingLog
{
    void Info(string message);

    void Warning(string message);
}

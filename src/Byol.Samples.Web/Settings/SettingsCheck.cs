using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Byol.Samples.Web.Settings;

/// <summary>Says of wrong settings the sentences that stand beside them, and nothing around these.</summary>
internal sealed class SettingsCheck<TSettings> : IValidateOptions<TSettings>
    where TSettings : class
{
    public ValidateOptionsResult Validate(string? name, TSettings options)
    {
        var wrong = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(wrong.Select(result => result.ErrorMessage!));
    }
}

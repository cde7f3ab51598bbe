"""Writes the figures that the tests hold the library to: python3 make_golden.py PYTORCH.json NUMPY.json

Neither weights nor pictures are stored. Both sides draw them from one integer hash (murmur3's last mixing step), so
a few numbers a network are enough: the sum, the length and the first values of what it gives.
"""
import argparse
import json
from copy import deepcopy

import numpy
import torch
import torchvision
from torch import nn
from torch.nn import functional
from torchvision.transforms.v2 import functional as pixels

KEYS = {"encoder": 1000, "projector": 3000, "predictor": 4000}
FEATURES = [("resnet18", "standard", 32), ("resnet18", "small", 32), ("resnet18", "standard", 64),
            ("resnet34", "standard", 32), ("resnet50", "standard", 32)]
TAU = 0.99


def hashed(count, key):
    """That many float64 values in [-1, 1)."""
    offset = numpy.uint64(key * 0x9E3779B9 % 2**32)
    state = (numpy.arange(count, dtype=numpy.uint64) + offset) & numpy.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        state ^= state >> numpy.uint64(shift)
        state = state * numpy.uint64(factor) & numpy.uint64(0xFFFFFFFF)
    return state.astype(numpy.float64) / 2**31 - 1


def hashed_tensor(shape, key):
    return torch.from_numpy(hashed(int(numpy.prod(shape)), key)).float().reshape(shape)


def value_range(name, tensor):
    """How a tensor of a module's state follows from hashed values."""
    if name.endswith("running_var"):
        return lambda values: 1 + values.abs() / 10
    if tensor.dim() > 1:
        fan_in = tensor.numel() // tensor.shape[0]
        return lambda values: values * (6 / fan_in) ** 0.5
    is_scale = name.endswith("weight")
    return lambda values: values / 10 + (1 if is_scale else 0)


@torch.no_grad()
def fill(module, first_key):
    """A tensor's key is its position in the state; counters of batches have a position too, and are left alone."""
    for position, (name, tensor) in enumerate(module.state_dict().items()):
        if not name.endswith("num_batches_tracked"):
            values = torch.from_numpy(hashed(tensor.numel(), first_key + position)).reshape(tensor.shape)
            tensor.copy_(value_range(name, tensor)(values))
    return module


def make_encoder(name, stem="standard"):
    encoder = torchvision.models.get_model(name, weights=None)
    encoder.fc = nn.Identity()
    if stem == "small":
        encoder.conv1 = nn.Conv2d(3, 64, kernel_size=3, padding=1, bias=False)
        encoder.maxpool = nn.Identity()
    return fill(encoder, KEYS["encoder"])


def make_head(part, inputs, hidden, outputs):
    layers = nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, outputs)
    return fill(nn.Sequential(*layers), KEYS[part])


def summary(tensor):
    values = tensor.detach().double().flatten()
    total, length = values.sum().item(), values.norm().item()
    return {"shape": list(values.shape), "sum": total, "l2": length, "head": values[:6].tolist()}


def picture_summary(picture):
    _, height, width = picture.shape
    places = [(c, y, x) for c in range(3) for y, x in ((0, 0), (5, 17), (height - 1, width - 1))]
    result = {**summary(picture), "shape": list(picture.shape)}
    result["pixels"] = {f"{c},{y},{x}": picture[c, y, x].item() for c, y, x in places}
    del result["head"]
    return result


@torch.no_grad()
def features():
    for name, stem, side in FEATURES:
        encoder = make_encoder(name, stem).eval()
        rows = encoder(hashed_tensor((4, 3, side, side), 7))
        yield f"features/{name}/{stem}-stem/{side}", [summary(row) for row in rows]


def cosine_loss(prediction, target):
    return (2 - 2 * functional.cosine_similarity(prediction, target, dim=1)).mean()


def schedules():
    yield "loss", {"mean_2_minus_2cos": cosine_loss(hashed_tensor((6, 16), 11), hashed_tensor((6, 16), 12)).item()}

    steps, start = 1950, 0.996
    watched = (0, 1, 487, 975, 1949, 1950, 2000)
    yield "tau_cosine/0.996/1950", {
        str(k): 1 - (1 - start) * (1 + numpy.cos(numpy.pi * min(k, steps) / steps)) / 2 for k in watched}

    # PyTorch's last divisor counts from the first rate, the option's from the highest.
    steps, watched = 1870, (0, 1, 100, 466, 467, 468, 1000, 1868, 1869)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=2e-3, total_steps=steps, pct_start=0.25, div_factor=25, final_div_factor=4000,
        cycle_momentum=False)
    rates = {}
    for k in range(steps):
        rates[k] = optimizer.param_groups[0]["lr"]
        optimizer.step()
        if k + 1 < steps:
            schedule.step()
    yield "one_cycle/max2e-3/1870/pct0.25/div25/final1e5", {str(k): rates[k] for k in watched}


class Lars(torch.optim.SGD):
    """PyTorch's SGD with momentum; weights' gradients are decayed and scaled by the trust ratio first."""

    def __init__(self, parameters, rate, momentum, decay, trust):
        super().__init__(parameters, lr=rate, momentum=momentum)
        self.decay, self.trust = decay, trust

    @torch.no_grad()
    def step(self, closure=None):
        for parameter in (p for group in self.param_groups for p in group["params"] if p.dim() > 1):
            parameter.grad.add_(parameter, alpha=self.decay)
            length, gradient_length = parameter.norm(), parameter.grad.norm()
            if length > 0 and gradient_length > 0:
                parameter.grad.mul_(self.trust * length / gradient_length)
        return super().step(closure)


def make_optimizer(name, parameters):
    if name == "adam":
        return torch.optim.Adam(parameters, lr=1e-3)
    if name == "lars":
        return Lars(parameters, rate=0.2, momentum=0.9, decay=1.5e-6, trust=1e-3)
    weights = [p for p in parameters if p.dim() > 1]
    rest = [p for p in parameters if p.dim() == 1]
    return torch.optim.SGD([{"params": weights, "weight_decay": 5e-4}, {"params": rest}], lr=0.05, momentum=0.9)


def byol_steps(optimizer_name):
    """Three steps of BYOL on batches of eight, and some of the weights and statistics after them."""
    online = nn.ModuleDict({"encoder": make_encoder("resnet18"), "projector": make_head("projector", 512, 256, 128)})
    predictor = make_head("predictor", 128, 64, 128)
    target = deepcopy(online).requires_grad_(False)
    parameters = [*online.parameters(), *predictor.parameters()]
    optimizer = make_optimizer(optimizer_name, parameters)

    def project(networks, view):
        return networks["projector"](networks["encoder"](view))

    steps = []
    for k in range(3):
        views = [hashed_tensor((8, 3, 32, 32), 100 + 2 * k + i) for i in range(2)]
        predictions = [predictor(project(online, view)) for view in views]
        with torch.no_grad():
            targets = [project(target, view) for view in views]
        loss = (cosine_loss(predictions[0], targets[1]) + cosine_loss(predictions[1], targets[0])) / 2
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(parameters, max_norm=1)
        optimizer.step()
        with torch.no_grad():
            for old, new in zip(target.parameters(), online.parameters()):
                old.mul_(TAU).add_(new, alpha=1 - TAU)
        steps.append({"loss": loss.item(), "grad_norm_before_clip": norm.item()})

    encoder, slow = online["encoder"], target["encoder"]
    watched = {
        "online.conv1.weight": encoder.conv1.weight,
        "online.layer4.1.bn2.weight": encoder.layer4[1].bn2.weight,
        "projector.3.weight": online["projector"][3].weight,
        "predictor.0.weight": predictor[0].weight,
        "target.conv1.weight": slow.conv1.weight,
        "target.projector.3.bias": target["projector"][3].bias,
        "target.bn1.running_mean": slow.bn1.running_mean,
        "online.bn1.running_var": encoder.bn1.running_var,
    }
    return {"steps": steps, **{name: summary(tensor) for name, tensor in watched.items()}}


def augmentations():
    noise = (hashed_tensor((3, 40, 48), 21) + 1) / 2
    # Smoothed, so that two ways of interpolating that differ a little give pixels that differ a little.
    image = functional.avg_pool2d(noise, kernel_size=3, stride=1, padding=1)
    crops = {"top4,left6,h30,w36": (4, 6, 30, 36), "top10,left10,h12,w9": (10, 10, 12, 9)}
    results = {
        "image": image,
        **{f"resized_crop/{name}->32x32,bilinear,antialias": pixels.resized_crop(image, *box, [32, 32], antialias=True)
           for name, box in crops.items()},
        "brightness/1.3": pixels.adjust_brightness(image, 1.3),
        "contrast/0.7": pixels.adjust_contrast(image, 0.7),
        "saturation/1.2": pixels.adjust_saturation(image, 1.2),
        "hue/0.08": pixels.adjust_hue(image, 0.08),
        "hue/-0.1": pixels.adjust_hue(image, -0.1),
        "grey": pixels.rgb_to_grayscale(image, num_output_channels=3),
        "gaussian_blur/kernel3,sigma0.8": pixels.gaussian_blur(image, [3, 3], [0.8, 0.8]),
        "solarize/0.5": pixels.solarize(image, 0.5),
        "flip": pixels.horizontal_flip(image),
    }
    return {f"augment/{name}": picture_summary(picture) for name, picture in results.items()}


def diagnostics():
    """The figures that watch over a run, in float64, from made-up outputs of 80 pictures in eight dimensions."""
    shape = (80, 8)

    def rounded(values):
        return values.astype(numpy.float32).astype(numpy.float64)

    first, target, noise = (rounded(hashed(640, key)).reshape(shape) for key in (61, 62, 63))
    projection = rounded(first * numpy.arange(1, 9) + 0.5)
    prediction = rounded(target + 0.25 * noise)

    def unit(rows):
        return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)

    similarities = unit(prediction) @ unit(target).T
    eigenvalues = numpy.linalg.eigvalsh(numpy.cov(projection, rowvar=False, ddof=0))[::-1]
    residual = ((unit(prediction) - unit(target)) ** 2).sum(axis=1).mean()
    singular = numpy.linalg.svd(projection, compute_uv=False)
    shares = singular / singular.sum()
    return {
        "feature_variance": projection.var(axis=0).mean(),
        "normalized_spread": unit(projection).std(axis=0).mean() * 8**0.5,
        "positive_similarity": numpy.diag(similarities).mean(),
        "negative_similarity": similarities[~numpy.eye(80, dtype=bool)].mean(),
        "largest_eigenvalue": eigenvalues[0],
        "smallest_eigenvalue": eigenvalues[-1],
        "effective_rank": numpy.exp(-(shares * numpy.log(shares)).sum()),
        "explained_variance": 1 - residual / unit(target).var(axis=0).sum(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pytorch", help="file for PyTorch's and torchvision's figures")
    parser.add_argument("numpy", help="file for NumPy's")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    golden = {**dict(features()), **dict(schedules())}
    golden.update({f"byol_step/{name}": byol_steps(name) for name in ("adam", "sgd", "lars")})
    golden.update(augmentations())
    golden["versions"] = {"torch": torch.__version__, "torchvision": torchvision.__version__}
    for path, figures in ((arguments.pytorch, golden), (arguments.numpy, diagnostics())):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()

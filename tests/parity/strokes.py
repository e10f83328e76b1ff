# SPDX-License-Identifier: MIT
#
# Digit-like 28x28 images with many grey values on a black ground, from a seed: a class is a fixed random curve, a sample is that
# curve moved, sheared, of another width and ink. RandomState's stream is frozen by numpy, so the bytes never change.

import numpy as np

kSize = 28
kClasses = 10
kCorners = 5
kPointsPerSegment = 24


def curve_of_class(label):
    """A polyline in the unit box, as many points [P,2]."""
    corners = np.random.RandomState(1000 + label).uniform(0, 1, (kCorners, 2))
    steps = np.linspace(0, 1, kPointsPerSegment)[:, None]
    return np.concatenate([a + (b - a) * steps for a, b in zip(corners[:-1], corners[1:])])


def digit_like_images(count, seed):
    """uint8 images [N,28,28] (0 background, 255 ink) and labels [N]."""
    random = np.random.RandomState(seed)
    grid = np.stack(np.meshgrid(np.arange(kSize), np.arange(kSize)), axis=-1).astype(np.float64)  # [28,28,2] as x, y
    images = np.zeros((count, kSize, kSize), np.uint8)
    labels = random.randint(0, kClasses, count).astype(np.uint8)
    for image, label in zip(images, labels):
        points = curve_of_class(int(label)) - 0.5
        points[:, 0] += random.uniform(-0.3, 0.3) * points[:, 1]
        points = 14 + points * random.uniform(15, 20, 2) + random.uniform(-2, 2, 2)
        nearest = np.sqrt(((grid[:, :, None, :] - points) ** 2).sum(-1)).min(-1)
        coverage = np.clip(1.5 - nearest / random.uniform(1.2, 2.0), 0, 1)
        ink = random.uniform(170, 255) * (1 - 0.25 * random.uniform(0, 1, coverage.shape))
        image[:] = np.floor(coverage * ink)
    return images, labels

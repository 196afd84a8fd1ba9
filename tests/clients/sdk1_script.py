"""What a notebook of SDK 1 does, for a Python that has no sagemock; it names no endpoint."""

import io
import json

import numpy
import sagemaker
from sagemaker.amazon.amazon_estimator import get_image_uri
from sagemaker.amazon.common import write_numpy_to_dense_tensor

session = sagemaker.Session()
role = sagemaker.get_execution_role()
bucket = session.default_bucket()
points = numpy.random.RandomState(0).rand(400, 2).astype("float32")
data = io.BytesIO()
write_numpy_to_dense_tensor(data, points, (points[:, 0] > 0.5).astype("float32"))
data.seek(0)
session.boto_session.client("s3").upload_fileobj(data, bucket, "points/train/data")
estimator = sagemaker.estimator.Estimator(
    get_image_uri("us-east-1", "linear-learner", "1"),
    role,
    train_instance_count=1,
    train_instance_type="ml.m5.large",
    output_path=f"s3://{bucket}/points/output",
    sagemaker_session=session,
)
estimator.set_hyperparameters(feature_dim=2, predictor_type="binary_classifier", mini_batch_size=50)
estimator.fit({"train": f"s3://{bucket}/points/train"}, logs=False)
predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large")
runtime = session.boto_session.client("sagemaker-runtime")
answer = runtime.invoke_endpoint(
    EndpointName=predictor.endpoint, ContentType="text/csv", Body="0.9,0.5"
)
label = json.loads(answer["Body"].read())["predictions"][0]["predicted_label"]
print("\n" + json.dumps({"role": role, "bucket": bucket, "label": label}))

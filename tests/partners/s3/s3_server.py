"""A real S3-compatible server (PyPI moto) with one empty bucket, in memory, on 127.0.0.1.

    python s3_server.py

The first line is {"endpoint": …, "bucket": …, "region": …}. It ends when its standard input closes.
"""

import json
import sys

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "parvis-files"
REGION = "eu-west-3"


def main() -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    print(json.dumps({"endpoint": endpoint, "bucket": BUCKET, "region": REGION}), flush=True)
    sys.stdin.read()
    server.stop()


main()
